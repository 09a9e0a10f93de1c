"""Writes framing.json: values as Confluent's own Python serialiser frames them.

Run with `confluent-kafka[protobuf]==2.16.0` and `grpcio-tools==1.85.1` installed: `python framing.py`. The file beside
it is what `tests/framing.rs` compares with; it changes only when somebody runs this.
"""

import importlib
import json
import pathlib
import sys
import tempfile

from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.schema_registry.schema_registry_client import RegisteredSchema, SchemaRegistryClient
from confluent_kafka.serialization import MessageField, SerializationContext
from grpc_tools import protoc

PROTO = """
syntax = "proto3";
package framing;
message First { string said = 1; message Within { string said = 1; message Deep { string said = 1; } } }
message Second { string said = 1; message One { string said = 1; } message Two { string said = 1; } }
%s
""" % "\n".join(f"message M{number} {{ string said = 1; }}" for number in range(2, 70))


class Registry(SchemaRegistryClient):
    """Gives every schema the id that it is told to."""

    def __init__(self, schema_id):
        super().__init__({"url": "http://localhost:1"})
        self.schema_id = schema_id

    def register_schema_full_response(self, subject_name, schema, *args, **kwargs):
        return RegisteredSchema(subject=subject_name, version=1, schema_id=self.schema_id, guid=None, schema=schema)


def framed(schema_id, message, said):
    settings = {"auto.register.schemas": True, "subject.name.strategy.type": "TOPIC"}
    serializer = ProtobufSerializer(type(message), Registry(schema_id), settings)
    message.said = said
    return serializer(message, SerializationContext("topic", MessageField.VALUE)), message.SerializeToString()


def main():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "framing.proto").write_text(PROTO)
        assert protoc.main(["protoc", f"-I{folder}", f"--python_out={folder}", "framing.proto"]) == 0
        sys.path.insert(0, folder)
        compiled = importlib.import_module("framing_pb2")
    cases = []
    for schema_id, path, kind in [
        (1, [0], compiled.First),
        (0x01020304, [0], compiled.First),
        (0x7FFFFFFF, [1], compiled.Second),
        (7, [0, 0], compiled.First.Within),
        (7, [0, 0, 0], compiled.First.Within.Deep),
        (300, [1, 1], compiled.Second.Two),
        (300, [63], compiled.M63),
        (300, [64], compiled.M64),
    ]:
        for said in ["", "tributary"]:
            whole, value = framed(schema_id, kind(), said)
            cases.append({"schema": schema_id, "message": path, "value": value.hex(), "framed": whole.hex()})
    target = pathlib.Path(__file__).with_name("framing.json")
    target.write_text("[\n" + ",\n".join("  " + json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
