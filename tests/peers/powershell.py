"""Reads PowerShell by its grammar; ends with 1 and the places where something is wrong."""

import sys

import tree_sitter
import tree_sitter_powershell


def wrong(node):
    if node.type == "ERROR" or node.is_missing:
        yield node.start_point
    for child in node.children:
        yield from wrong(child)


parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
found = []
for file in sys.argv[1:]:
    with open(file, "rb") as script:
        found += [f"{file}:{row + 1}:{column + 1}" for row, column in wrong(parser.parse(script.read()).root_node)]
print("\n".join(found), end="")
sys.exit(1 if found else 0)
