"""The page as HTML, by Jinja's templates. Everything that is put into one is escaped."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from actors.web.model import phrases

TEMPLATES = "actors.web.page"


class PageRenderer:
    """Renders templates by name; what is not given to one is an error."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader(TEMPLATES),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters.update(
            moment=phrases.moment,
            brief=phrases.brief,
            duration=phrases.duration,
            size=phrases.size,
            names=phrases.names,
            happening=phrases.happening,
            share=phrases.share,
            chance=phrases.chance,
        )
        self._templates.globals["counted"] = phrases.counted

    def render(self, name: str, **values: Any) -> str:
        """A template with these values."""
        return self._templates.get_template(name).render(**values)
