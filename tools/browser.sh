#!/bin/sh
# Brings Debian's Chromium for the tests of the desk's page, where that is possible without asking:
# as root on a machine with apt. Elsewhere it says one line, and those tests are skipped.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" > /dev/null && exit 0
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "No Chromium here: tests in a browser are skipped (apt-get install chromium lets them run)."
    exit 0
fi
echo "Installing Chromium for the tests of the desk's page ..."
export DEBIAN_FRONTEND=noninteractive
install() { timeout 300 apt-get install -y -q --no-install-recommends chromium fonts-noto-core > /dev/null 2>&1; }
install || { timeout 120 apt-get update -q > /dev/null 2>&1 && install; } ||
    echo "Chromium could not be installed: tests in a browser are skipped."
