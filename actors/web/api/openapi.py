"""The OpenAPI 3.1 document, made from the structs that answer and from those that parameters are decoded into. Pure."""

from typing import Any

import msgspec
from msgspec import Struct

from actors.web.model.check_views import CheckHistoryView, ChecksPage
from actors.web.model.views import DraftsPage, EventsPage, NumberView, PapersPage, Problem
from actors.web.query.parameters import (
    MAX_NUMBER,
    CheckParameters,
    ChecksParameters,
    DraftsParameters,
    EventsParameters,
    FeedParameters,
    NumberParameters,
    PapersParameters,
)

PROBLEM_JSON = "application/problem+json"
_REF = "#/components/schemas/{name}"

_REFUSALS = (
    ("400", "A parameter is unknown, doubled or wrong."),
    ("401", "An access token is needed."),
    ("403", "The Host or the Origin is not one of this service."),
    ("404", "There is nothing of that name."),
    ("429", "Too many requests."),
    ("503", "An actor does not answer, and never did; or this instance is a standby."),
)


def document(version: str) -> dict[str, Any]:
    """The document, as JSON values."""
    answers = (CheckHistoryView, ChecksPage, DraftsPage, EventsPage, NumberView, PapersPage, Problem)
    _, components = msgspec.json.schema_components(answers, ref_template=_REF)
    number = {
        "name": "number",
        "in": "path",
        "required": True,
        "description": "A paper number, without P or D.",
        "schema": {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
    }
    key = {
        "name": "key",
        "in": "path",
        "required": True,
        "description": "`group/name`, or a name that is unique.",
        "schema": {"type": "string", "minLength": 1},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Callboard",
            "version": version,
            "description": "Papers of WG21, drafts that no index lists yet, and checks. Read-only.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/api/v1/drafts": _get("drafts", "Drafts, newest first", DraftsParameters, DraftsPage),
            "/api/v1/papers": _get("papers", "Papers, newest first", PapersParameters, PapersPage),
            "/api/v1/events": _get("events", "What happened, newest first", EventsParameters, EventsPage),
            "/api/v1/numbers/{number}": _get(
                "number", "What is known about a number", NumberParameters, NumberView, number
            ),
            "/api/v1/checks": _get("checks", "Checks, by group and name", ChecksParameters, ChecksPage),
            "/api/v1/checks/{key}": _get("check", "A check, and what happened", CheckParameters, CheckHistoryView, key),
            "/feed.atom": {
                "get": {
                    "operationId": "feed",
                    "summary": "Drafts and papers as an Atom feed",
                    "parameters": _query(FeedParameters),
                    "responses": {
                        "200": {
                            "description": "The feed.",
                            "content": {"application/atom+xml": {"schema": {"type": "string"}}},
                        },
                        **_refusals(),
                    },
                }
            },
        },
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _get(
    id: str, summary: str, parameters: type[Struct], answer: type[Struct], *path: dict[str, Any]
) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=answer.__name__)}
    return {
        "get": {
            "operationId": id,
            "summary": summary,
            "parameters": [*path, *_query(parameters)],
            "responses": {
                "200": {
                    "description": f"{summary}.",
                    "headers": {"ETag": {"description": "For If-None-Match.", "schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": schema}},
                },
                "304": {"description": "As If-None-Match says."},
                **_refusals(),
            },
        }
    }


def _query(parameters: type[Struct]) -> list[dict[str, Any]]:
    schema = msgspec.json.schema(parameters)
    definitions = schema["$defs"]
    properties = definitions[parameters.__name__]["properties"]
    return [
        {"name": name, "in": "query", "required": False, **_described(dict(_resolved(each, definitions)))}
        for name, each in properties.items()
    ]


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Without references: a parameter's schema stands for itself."""
    if "$ref" in schema:
        named: dict[str, Any] = definitions[schema["$ref"].rpartition("/")[2]]
        return {key: value for key, value in named.items() if key not in ("title", "description")}
    return schema


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    description = schema.pop("description", None)
    return {"schema": schema} if description is None else {"description": description, "schema": schema}


def _refusals() -> dict[str, Any]:
    content = {PROBLEM_JSON: {"schema": {"$ref": _REF.format(name=Problem.__name__)}}}
    return {status: {"description": description, "content": content} for status, description in _REFUSALS}
