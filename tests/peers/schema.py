"""Checks configurations against the published schema with a validator that this project did not write."""

import json
import re
import sys

from jsonschema import Draft202012Validator


def read(path):
    """A configuration: JSON with lines of comments and trailing commas."""
    with open(path, encoding="utf-8") as file:
        text = "".join(line for line in file if not line.lstrip().startswith("//"))
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", text))


schema_path, *files = sys.argv[1:]
schema = read(schema_path)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
failed = 0
for path in files:
    errors = list(validator.iter_errors(read(path)))
    for error in errors:
        print(f"{path}: {error.json_path}: {error.message}")
    failed += bool(errors)
for wrong in ({"preset": "huge"}, {"prd_workflow": {"enabled": "yes"}}, {"prd_workflow": {"x": 1}}):
    if validator.is_valid(wrong):
        print(f"accepted: {wrong}")
        failed += 1
print(f"{len(files)} configurations, {failed} refused")
sys.exit(1 if failed else 0)
