"""JSON Schemas of the calls to AWS, made from botocore's service models: models.py FOLDER writes them there."""

import json
import re
import sys
from pathlib import Path

import botocore
from botocore.loaders import Loader

SERVICES = {
    "selling": ("partnercentral-selling", ["CreateOpportunity", "UpdateOpportunity", "AssociateOpportunity", "SubmitOpportunity"]),
    "revenue_measurement": (
        "partnercentral-revenue-measurement",
        ["CreateRevenueAttribution", "StartRevenueAttributionAllocationsTask"],
    ),
}


def text(shape):
    """A pattern is of the whole text. Those that only count are lengths, which readers know how to say."""
    schema = {"type": "string"}
    for name, bound in (("minLength", "min"), ("maxLength", "max")):
        if bound in shape:
            schema[name] = shape[bound]
    if "enum" in shape:
        schema["enum"] = shape["enum"]
    pattern = shape.get("pattern")
    if pattern is None:
        return schema
    counted = re.fullmatch(r"(?:\(\?s\))?\.\{(\d+),(\d+)\}", pattern)
    bounded = re.match(r"\(\?=\.\{(\d+),(\d+)\}\$\)", pattern)
    found = counted or bounded
    if found:
        if int(found[1]) > 0:
            schema["minLength"] = int(found[1])
        schema["maxLength"] = int(found[2])
    if not counted:
        schema["pattern"] = f"^(?:{pattern[bounded.end():] if bounded else pattern})$"
    return schema


def schema_of(name, shapes, made):
    if name in made:
        return
    shape = shapes[name]
    made[name] = None  # a shape may hold itself
    reference = lambda member: {"$ref": f"#/$defs/{member['shape']}"}
    kind = shape["type"]
    if kind == "structure":
        members = shape["members"]
        schema = {"type": "object", "properties": {member: reference(of) for member, of in members.items()}}
        if shape.get("required"):
            schema["required"] = shape["required"]
        schema["additionalProperties"] = False
        inner = [of["shape"] for of in members.values()]
    elif kind == "list":
        schema = {"type": "array", "items": reference(shape["member"])}
        schema |= {of: shape[bound] for of, bound in (("minItems", "min"), ("maxItems", "max")) if bound in shape}
        inner = [shape["member"]["shape"]]
    elif kind == "timestamp":
        schema, inner = {"type": "string", "format": "date-time"}, []
    elif kind == "string":
        schema, inner = text(shape), []
    else:
        raise SystemExit(f"`{name}` is a {kind}: say what its schema is")
    made[name] = schema
    for of in inner:
        schema_of(of, shapes, made)


def main(folder):
    for file, (service, operations) in SERVICES.items():
        model = Loader().load_service_model(service, "service-2")
        made = {}
        inputs = {}
        for operation in operations:
            name = model["operations"][operation]["input"]["shape"]
            schema_of(name, model["shapes"], made)
            inputs[operation] = {"$ref": f"#/$defs/{name}"}
        document = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$comment": f"Made by crates/cli/tests/calls/models.py from botocore {botocore.__version__}, Apache-2.0: {service} {model['metadata']['apiVersion']}.",
            "operations": inputs,
            "$defs": dict(sorted(made.items())),
        }
        lines = ["{"]
        for at, (key, value) in enumerate(document.items()):
            end = "," if at + 1 < len(document) else ""
            if isinstance(value, dict):
                rows = [f"    {json.dumps(name)}: {json.dumps(of)}" for name, of in value.items()]
                lines += [f"  {json.dumps(key)}: {{", ",\n".join(rows), f"  }}{end}"]
            else:
                lines.append(f"  {json.dumps(key)}: {json.dumps(value)}{end}")
        (Path(folder) / f"{file}.json").write_text("\n".join(lines) + "\n}\n")


main(sys.argv[1])
