"""Holds calls to botocore's service models: validate.py FOLDER reads every call in it and says what is wrong.

botocore's validator looks at names, types and what is required; what it leaves to the service (enums, patterns, upper bounds) is looked
at here, in the same models.
"""

import json
import re
import sys
from pathlib import Path

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator


def beyond(shape, value, path, wrong):
    kind = shape.type_name
    if kind == "structure":
        for name, inner in value.items():
            beyond(shape.members[name], inner, f"{path}.{name}", wrong)
    elif kind == "list":
        if len(value) > shape.metadata.get("max", len(value)):
            wrong.append(f"{path}: {len(value)} items")
        for at, inner in enumerate(value):
            beyond(shape.member, inner, f"{path}[{at}]", wrong)
    elif kind == "string":
        metadata = shape.metadata
        if value not in (metadata.get("enum") or [value]):
            wrong.append(f"{path}: not in the enum")
        if not metadata.get("min", 0) <= len(value) <= metadata.get("max", len(value)):
            wrong.append(f"{path}: {len(value)} characters")
        if "pattern" in metadata and not re.fullmatch(metadata["pattern"], value, re.ASCII):
            wrong.append(f"{path}: not {metadata['pattern']}")


def main(folder):
    models = {}
    seen = 0
    wrong = []
    for file in sorted(Path(folder).glob("*.json")):
        call = json.loads(file.read_text())
        service = call["service"]
        if service not in models:
            models[service] = ServiceModel(Loader().load_service_model(service, "service-2"), service)
        shape = models[service].operation_model(call["operation"]).input_shape
        report = ParamValidator().validate(call["body"], shape)
        if report.has_errors():
            wrong.append(f"{file.name}: {report.generate_report()}")
        else:
            found = []
            beyond(shape, call["body"], "body", found)
            wrong += [f"{file.name}: {of}" for of in found]
        seen += 1
    print(json.dumps({"seen": seen, "wrong": wrong}))


main(sys.argv[1])
