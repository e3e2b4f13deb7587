"""Events as canonical bytes and back, versioned and strict. Pure."""
