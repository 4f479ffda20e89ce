// The life of a PRD on GitHub, told by the real program to `emulate`, a stateful emulator of GitHub that others wrote.
//
//     node story.mjs PRD
//
// Where the emulator differs from GitHub's own description, it says so here and at the end, and what GitHub does in that
// place is held by the tests in `tests/it/github_*.rs`, whose server checks every request and answer by the description.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEmulator } from 'emulate'

const DEVIATIONS = [
  'it has no dependencies between issues and no sub-issues (404): what prd says of such a server is checked, the links are not',
  'it does not know the state reason `duplicate`: two clones that race are not told here',
  'it keeps commits of its own and no push reaches it: the branch of the pull request is made by its API, and `prd pr --merge`, which merges only the commit that this clone has, is not told here',
  'it sends no ETag: that an unchanged page is not sent again is not told here',
]

const TOKEN = 'tok_ada'
const run = promisify(execFile)
const folder = await mkdtemp(join(tmpdir(), 'prd-emulate-'))
const repo = join(folder, 'shop')
const github = await createEmulator({
  service: 'github',
  port: 0,
  seed: {
    tokens: { [TOKEN]: { login: 'ada', scopes: ['repo'] } },
    github: {
      users: [{ login: 'ada' }, { login: 'jonas' }],
      repos: [{ owner: 'ada', name: 'shop', auto_init: true }],
    },
  },
})

const env = {
  PATH: process.env.PATH,
  HOME: folder,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  PRD_AS_OF: '2025-06-02',
}
const git = async (...args) => (await run('git', args, { cwd: repo, env })).stdout.trim()
const prd = async (...args) => {
  const { stdout, stderr } = await run(process.argv[2], args, { cwd: repo, env: { ...env, GH_TOKEN: TOKEN } })
  return stdout + stderr
}
const offline = async (...args) => (await run(process.argv[2], args, { cwd: repo, env })).stdout

/** Asks the emulator, as somebody else does. */
const api = async (method, path, body) => {
  const answer = await fetch(`${github.url}/repos/ada/shop${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, accept: 'application/vnd.github+json' },
    body: body && JSON.stringify(body),
  })
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`)
  return answer.json()
}
const issues = () => api('GET', '/issues?state=all&per_page=100')
const labels = (issue) => issue.labels.map((label) => label.name).sort()
const comments = async (number) => (await api('GET', `/issues/${number}/comments`)).map((comment) => comment.body)
const written = (state, name) => readFile(join(repo, 'docs/prds', state, name), 'utf8')

const prdText = (id, title, header) => `# ${id}: ${title}

**Priority**: P1
**Owner**: @ada
**Estimate**: 3 days
${header}
## Summary

Orders wait 4 s today; 3 of 100 are given up. They will wait 1 s.

## Acceptance Criteria

- [x] Given an order, when it is sent, then the answer comes within 1 s
`

async function prepare() {
  for (const state of ['draft', 'ready', 'complete']) await mkdir(join(repo, 'docs/prds', state), { recursive: true })
  await mkdir(join(repo, '.claude'))
  const review = { minimum_grade: 'F', require_approval: false, calibration_questions: false }
  const config = {
    prd_workflow: {
      branch_naming: { prd_id_format: 'SVC-{number}' },
      worktree: { auto_install_dependencies: false, auto_open_editor: false },
      github: { api_url: github.url, repository: 'ada/shop' },
      review,
    },
  }
  await writeFile(join(repo, '.claude/config.json'), JSON.stringify(config))
  await writeFile(join(repo, 'docs/prds/draft/SVC-101-checkout.md'), prdText('SVC-101', 'Checkout', '**Milestone**: 2025.3\n**Depends On**: SVC-102\n'))
  await writeFile(join(repo, 'docs/prds/complete/SVC-102-payment.md'), prdText('SVC-102', 'Payment "$(x)" 🚀', ''))
  await git('init', '-q', '-b', 'main')
  await git('config', 'user.name', 'Ada Lindqvist')
  await git('config', 'user.email', 'ada@cloudscale.example')
  await git('add', '-A')
  await git('commit', '-q', '-m', 'Plans')
  await git('clone', '-q', '--bare', '.', join(folder, 'remote.git'))
  await git('remote', 'add', 'origin', join(folder, 'remote.git'))
}

async function approve() {
  assert.match(await prd('auth', 'status'), /ada\/shop on 127\.0\.0\.1|ada\/shop on localhost/)
  await prd('issue', 'SVC-102')
  await prd('review', 'SVC-101')
  const said = await prd('approve', 'SVC-101')
  assert.match(said, /new issue #2/)
  assert.match(said, /offers no dependencies between issues/)
  const [issue] = (await issues()).filter((issue) => issue.number === 2)
  assert.equal(issue.title, 'SVC-101: Checkout')
  assert.deepEqual(labels(issue), ['P1', 'PRD', 'state:ready'])
  assert.deepEqual(issue.assignees.map((user) => user.login), ['ada'])
  assert.equal(issue.milestone.title, '2025.3')
  assert.match(issue.body, /- SVC-102: Payment "\$\(x\)" 🚀 \(#1\)/)
  assert.match(await written('ready', 'SVC-101-checkout.md'), /\*\*GitHub Issue\*\*: #2 /)
}

async function start() {
  await prd('start', 'SVC-101', '--no-fetch')
  assert.deepEqual(labels(await api('GET', '/issues/2')), ['P1', 'PRD', 'state:in-progress'])
  const [first, ...others] = await comments(2)
  assert.match(first, /^\*\*start\*\*: ready → in-progress by Ada Lindqvist/)
  assert.deepEqual(others, [])
}

/** No push reaches the emulator: its branch is made there, with a commit of its own. */
async function pullRequest() {
  const branch = 'feat/SVC-101-checkout'
  const { object: tip } = await api('GET', '/git/ref/heads/main')
  const { tree } = await api('GET', `/git/commits/${tip.sha}`)
  const commit = await api('POST', '/git/commits', { message: 'Work', tree: tree.sha, parents: [tip.sha] })
  await api('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha: commit.sha })
  for (const answer of [/new pull request #3/, /pull request #3/]) assert.match(await prd('pr', 'SVC-101'), answer)
  const pulls = await api('GET', '/pulls?state=all')
  assert.equal(pulls.length, 1)
  assert.equal(pulls[0].title, 'SVC-101: Checkout')
  assert.match(pulls[0].body, /Closes #2/)
  assert.equal(await git('--git-dir', join(folder, 'remote.git'), 'rev-parse', branch), await git('rev-parse', branch))
  assert.match(await written('in-progress', 'SVC-101-checkout.md'), /\*\*PR\*\*: #3 /)
}

async function close() {
  await prd('complete', 'SVC-101', '--no-merge-check')
  let issue = await api('GET', '/issues/2')
  assert.deepEqual([issue.state, issue.state_reason], ['closed', 'completed'])
  await prd('reopen', 'SVC-101')
  assert.equal((await api('GET', '/issues/2')).state, 'open')
  await prd('archive', 'SVC-101', '--reason', 'cancelled', '--note', 'no need')
  issue = await api('GET', '/issues/2')
  assert.deepEqual([issue.state, issue.state_reason], ['closed', 'not_planned'])
  assert.equal((await comments(2)).length, 4)
}

async function sync() {
  await writeFile(join(repo, 'docs/prds/draft/SVC-103-refund.md'), prdText('SVC-103', 'Refund', ''))
  await git('add', '-A')
  await git('commit', '-q', '-m', 'Refunds')
  await offline('review', 'SVC-103')
  assert.match(await offline('approve', 'SVC-103'), /GitHub is told later/)
  await offline('start', 'SVC-103', '--no-fetch')
  const issue = await api('GET', '/issues/2')
  await api('PATCH', '/issues/2', { body: `Seen in production.\n\n${issue.body}\n\nAnd below.` })
  // The issue of a PRD that was complete before is open until it is mended.
  assert.match(await prd('sync', '--apply'), /SVC-102 #1 state \(mended\): complete \| GitHub: open/)
  const before = JSON.stringify([await issues(), await comments(2), await comments(4)])
  for (const args of [['sync'], ['sync', '--apply']]) assert.match(await prd(...args), /3 issues compared, 0 differences/)
  assert.equal(JSON.stringify([await issues(), await comments(2), await comments(4)]), before, 'a sync wrote')
  assert.match((await api('GET', '/issues/2')).body, /^Seen in production\.\n\n<!-- prd:SVC-101 -->[^]*\n\nAnd below\.$/)
  assert.deepEqual((await issues()).map((issue) => issue.title).sort(), ['SVC-101: Checkout', 'SVC-102: Payment "$(x)" 🚀', 'SVC-103: Refund'])
  assert.match(await prd('outbox'), /Nothing waits/)
}

try {
  await prepare()
  for (const part of [approve, start, pullRequest, close, sync]) {
    await part()
    console.log(`  ${part.name}: as told`)
  }
  for (const deviation of DEVIATIONS) console.log(`  left out: ${deviation}`)
} finally {
  await github.close()
  await rm(folder, { recursive: true, force: true })
}
