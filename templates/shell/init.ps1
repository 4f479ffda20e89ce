# prd for PowerShell: `prd cd`, `--cd`, and completions. In $PROFILE: prd shell init powershell | Out-String | Invoke-Expression
function prd {
    $program = (Get-Command prd -CommandType Application)[0]
    if ($args.Count -ge 1 -and $args[0] -eq 'cd' -and $args -notcontains '--help' -and $args -notcontains '-h') {
        $rest = @($args | Select-Object -Skip 1)
        $folder = & $program worktree path @rest
        if ($LASTEXITCODE -eq 0) { Set-Location -LiteralPath $folder }
        return
    }
    if ($args -notcontains '--cd') {
        & $program @args
        return
    }
    $file = New-TemporaryFile
    $env:PRD_CD_FILE = $file.FullName
    try { & $program @args } finally { Remove-Item Env:PRD_CD_FILE }
    $folder = Get-Content -LiteralPath $file.FullName
    Remove-Item -LiteralPath $file.FullName
    if ($folder) { Set-Location -LiteralPath $folder }
}
$env:COMPLETE = 'powershell'
& (Get-Command prd -CommandType Application)[0] | Out-String | Invoke-Expression
Remove-Item Env:COMPLETE
