"""How tests of sources read all there is."""

from dq.sources import Access, Wanted, open_source

ALL = ((-(2**63), None),)
FOREVER = 2**63 - 1
AT = 1_709_649_300_000_000  # 2024-03-05T14:35Z
MINUTE = 60_000_000


def read(url, spans=ALL, **access):
    """Every series of a source, by name."""
    with open_source(Access(str(url), **access)) as source:
        names = [one.instrument for one in source.listed(0, FOREVER)]
        return {rows.instrument: rows for rows in source.read([Wanted(name, spans) for name in names])}


def alone(url, **access):
    """The only series of a source."""
    (rows,) = read(url, **access).values()
    return rows
