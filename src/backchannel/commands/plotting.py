"""`backchannel bargain plot` and `export`: results on packages as files, for people and programs.

What is promised of files that are written stands in `saving`.
"""

from backchannel.commands.packages import Files, need_numbers, read_given
from backchannel.commands.saving import Force, To, kind_of, no_traces, require_free, save

_SEED = 0  # the same file gives the same picture


def plot(file: Files, to: To, *, force: Force = False) -> None:
    """Draw packages and solutions. Example: backchannel bargain plot talks.json --to talks.svg."""
    kind = kind_of(to, ("svg", "png"))
    need_numbers()
    require_free(to, file, force=force)
    read = read_given(file)
    with no_traces():
        import numpy as np  # noqa: PLC0415 - see need_numbers

        from backchannel.bargain.picture import picture  # noqa: PLC0415 - as above
        from backchannel.bargain.result import computed  # noqa: PLC0415 - as above

        data = picture(
            computed(read),
            "svg" if kind == "svg" else "png",
            chance=np.random.default_rng(_SEED),
        )
    save(to, data, force=force)


def export(file: Files, to: To, *, force: Force = False) -> None:
    """Write all as CSV or JSON. Example: backchannel bargain export talks.json --to talks.csv."""
    kind = kind_of(to, ("csv", "json"))
    need_numbers()
    require_free(to, file, force=force)
    read = read_given(file)
    from backchannel.bargain.export import to_csv, to_json  # noqa: PLC0415 - see need_numbers
    from backchannel.bargain.result import computed  # noqa: PLC0415 - as above

    write = to_csv if kind == "csv" else to_json
    save(to, write(computed(read)), force=force)
