"""Which column means what, under the names that people give their columns."""

from collections.abc import Mapping, Sequence

from kapok.errors import Refused
from kapok.words import gettext as _
from kapok.words import listed

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "buildingid", "building", "code", "编号", "楼栋编号", "建筑编号", "楼栋", "楼号"),
    "lon": ("lon", "lng", "long", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "x": ("x", "easting", "东坐标", "横坐标"),
    "y": ("y", "northing", "北坐标", "纵坐标"),
    "geometry": ("geometry", "geom", "wkt", "几何"),
    "households": ("households", "household", "hh", "户数", "住户数", "总户数"),
    "residents": ("residents", "people", "population", "人口", "人数", "居民数", "常住人口"),
    "dwellings": ("dwellings", "dwellingunits", "套数", "房屋套数", "住宅套数", "总套数"),
    "stairwells": ("stairwells", "entrances", "单元户数", "梯户数"),
    "name": ("name", "名称", "楼名", "地址", "address"),
    "grid": ("grid", "gridid", "网格", "网格编号", "网格号"),
}


class MissingColumns(Refused):
    """A column that is needed is not there, or not clear."""


def plain(name: str) -> str:
    """A name without what people write differently: case, spaces, underscores, hyphens."""
    return "".join(c for c in name.casefold() if c not in " _-\t\ufeff\u3000")


class Finder:
    """Finds the columns of one file; remembers nothing but their names.

    ``aliases`` are the fields that the file may have, and the names that people give them.
    """

    def __init__(
        self,
        file: str,
        found: Sequence[str],
        given: Mapping[str, str],
        aliases: Mapping[str, tuple[str, ...]] = ALIASES,
    ) -> None:
        self.file = file
        self.found = list(found)
        self.given = given
        self.aliases = aliases
        unknown = sorted(set(given) - set(aliases))
        if unknown:
            raise MissingColumns(
                _("“%(name)s” is no field of Kapok; the fields are %(known)s.")
                % {"name": unknown[0], "known": listed(aliases)}
            )

    def optional(self, field: str) -> str | None:
        """The column of a field, or None."""
        if field in self.given:
            return self.named(self.given[field], _("given for %(field)s") % {"field": field})
        for alias in self.aliases[field]:
            matches = [name for name in self.found if plain(name) == alias]
            if len(matches) > 1:
                raise MissingColumns(
                    _(
                        "%(file)s has %(n)s columns that may be %(field)s (%(columns)s); leave "
                        "one, or say which it is."
                    )
                    % {
                        "file": self.file,
                        "n": len(matches),
                        "field": field,
                        "columns": _short(matches),
                    }
                )
            if matches:
                return matches[0]
        return None

    def required(self, field: str) -> str:
        """The column of a field. Raises :class:`MissingColumns` with what was found instead."""
        name = self.optional(field)
        if name is None:
            raise self.missing(_("column “%(name)s”") % {"name": field})
        return name

    def named(self, name: str, why: str) -> str:
        """A column by its own name, exactly or but for case and spaces."""
        if name in self.found:
            return name
        matches = [found for found in self.found if plain(found) == plain(name)]
        if len(matches) != 1:
            raise self.missing(_("column “%(name)s” (%(why)s)") % {"name": name, "why": why})
        return matches[0]

    def missing(self, what: str) -> MissingColumns:
        """The refusal that names what was looked for and what is there."""
        return MissingColumns(
            _("%(file)s has no %(what)s; its columns are %(columns)s.")
            % {"file": self.file, "what": what, "columns": _short(self.found)}
        )


def _short(names: Sequence[str], most: int = 30) -> str:
    short = [name if len(name) <= 40 else f"{name[:40]}…" for name in names[:most]]
    if not short:
        return _("none")
    if len(names) <= most:
        return listed(short)
    return _("%(names)s and %(n)s more") % {"names": listed(short), "n": len(names) - most}
