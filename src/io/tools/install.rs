//! Which commands install a project's dependencies: told by its lockfiles, so that no other is ever made.

use std::path::{Path, PathBuf};

use super::run::ToolCommand;
use crate::domain::model::path::RepoPath;
use crate::io::files;

/// The commands that install what a folder's lockfiles name, in a stable order: JavaScript, Rust, Go, Python,
/// Ruby, PHP, Elixir, Gradle, Maven, .NET. Empty where there is nothing to install.
///
/// None of them writes a lockfile. Of several lockfiles of one kind the `packageManager` field of
/// `package.json` chooses, else npm before pnpm, Yarn and Bun; uv before Poetry and pip.
#[must_use]
pub fn install_commands(dir: &Path) -> Vec<ToolCommand> {
    let mut commands = Vec::new();
    commands.extend(javascript(dir));
    let simple: [(&str, &str, &[&str]); 5] = [
        ("Cargo.lock", "cargo", &["fetch", "--locked"]),
        ("go.sum", "go", &["mod", "download"]),
        ("composer.lock", "composer", &["install", "--no-interaction"]),
        ("mix.lock", "mix", &["deps.get", "--check-locked"]),
        ("packages.lock.json", "dotnet", &["restore", "--locked-mode"]),
    ];
    let by_lockfile = |wanted: &str| {
        simple
            .iter()
            .find(|(lockfile, _, _)| *lockfile == wanted && has(dir, wanted))
            .map(|(_, program, args)| ToolCommand::new(program, args, dir))
    };
    commands.extend(by_lockfile("Cargo.lock"));
    commands.extend(by_lockfile("go.sum"));
    commands.extend(python(dir));
    commands.extend(ruby(dir));
    commands.extend(by_lockfile("composer.lock"));
    commands.extend(by_lockfile("mix.lock"));
    commands.extend(java(dir));
    commands.extend(by_lockfile("packages.lock.json").or_else(|| dotnet(dir)));
    commands
}

/// The folders whose lockfiles count for the work in some folders of a checkout: its top, and for each folder the
/// nearest one, itself or above it, that has something to install. Each once, the top first.
#[must_use]
pub fn projects(root: &Path, paths: &[RepoPath]) -> Vec<PathBuf> {
    let mut found = vec![root.to_owned()];
    for path in paths {
        let mut at = Some(path.clone());
        while let Some(folder) = at {
            let dir = root.join(folder.as_str());
            // Behind a link lies another tree, whose lockfiles are none of this one's.
            if dir.is_dir()
                && files::first_link(root, &folder).is_none()
                && !install_commands(&dir).is_empty()
            {
                if !found.contains(&dir) {
                    found.push(dir);
                }
                break;
            }
            at = folder.parent();
        }
    }
    found
}

/// The folder of its own that a command fills: a link there leads to another checkout's, which must not be filled
/// anew. `None` for a command that fills only the user's cache.
#[must_use]
pub fn filled_folder(command: &ToolCommand) -> Option<&'static str> {
    match command.program.as_str() {
        "npm" | "pnpm" | "yarn" | "bun" => Some("node_modules"),
        "uv" | "poetry" | "python" | "python3" => Some(".venv"),
        "composer" | "bundle" => Some("vendor"),
        "mix" => Some("deps"),
        program if program.contains(".venv") => Some(".venv"),
        _ => None,
    }
}

fn has(dir: &Path, name: &str) -> bool {
    dir.join(name).is_file()
}

/// A package manager of JavaScript, its lockfiles, and its command.
fn javascript(dir: &Path) -> Option<ToolCommand> {
    const MANAGERS: [(&str, &[&str]); 4] = [
        ("npm", &["package-lock.json", "npm-shrinkwrap.json"]),
        ("pnpm", &["pnpm-lock.yaml"]),
        ("yarn", &["yarn.lock"]),
        ("bun", &["bun.lock", "bun.lockb"]),
    ];
    let mut present =
        MANAGERS.iter().filter(|(_, files)| files.iter().any(|file| has(dir, file))).map(|(name, _)| *name);
    let wanted = package_manager(dir);
    let first = present.next()?;
    let manager = wanted
        .as_deref()
        .and_then(|wanted| std::iter::once(first).chain(present).find(|name| *name == wanted))
        .unwrap_or(first);
    let args: &[&str] = match manager {
        "npm" => &["ci"],
        "yarn" if is_berry(dir) => &["install", "--immutable"],
        _ => &["install", "--frozen-lockfile"],
    };
    Some(ToolCommand::new(manager, args, dir))
}

/// The name in `"packageManager": "pnpm@9.1.0"`.
fn package_manager(dir: &Path) -> Option<String> {
    let text = fs_err::read_to_string(dir.join("package.json")).ok()?;
    let package: serde_json::Value = serde_json::from_str(&text).ok()?;
    let field = package.get("packageManager")?.as_str()?;
    Some(field.split('@').next().unwrap_or(field).trim().to_owned())
}

/// Yarn from 2 on writes YAML with a `__metadata` key; Yarn 1 has a format and options of its own.
fn is_berry(dir: &Path) -> bool {
    fs_err::read_to_string(dir.join("yarn.lock"))
        .is_ok_and(|text| text.lines().any(|line| line.starts_with("__metadata:")))
}

fn python(dir: &Path) -> Vec<ToolCommand> {
    if has(dir, "uv.lock") {
        return vec![ToolCommand::new("uv", &["sync", "--frozen"], dir)];
    }
    if has(dir, "poetry.lock") {
        return vec![ToolCommand::new("poetry", &["install", "--no-interaction"], dir)];
    }
    if !has(dir, "requirements.txt") {
        return Vec::new();
    }
    // Into an environment of the worktree's own: the user's Python is not ours to fill.
    let (python, inside) =
        if cfg!(windows) { ("python", "Scripts/python.exe") } else { ("python3", "bin/python") };
    let own = dir.join(".venv").join(inside);
    let install = ["-m", "pip", "install", "--requirement", "requirements.txt"];
    vec![
        ToolCommand::new(python, &["-m", "venv", ".venv"], dir),
        ToolCommand::new(&own.to_string_lossy(), &install, dir),
    ]
}

fn ruby(dir: &Path) -> Option<ToolCommand> {
    has(dir, "Gemfile.lock").then(|| ToolCommand {
        vars: vec![("BUNDLE_FROZEN".to_owned(), "true".to_owned())],
        ..ToolCommand::new("bundle", &["install"], dir)
    })
}

fn java(dir: &Path) -> Vec<ToolCommand> {
    let wrapper_or = |wrapper: &str, program: &str| {
        let name = if cfg!(windows) { format!("{wrapper}.cmd") } else { wrapper.to_owned() };
        if has(dir, &name) { dir.join(name).to_string_lossy().into_owned() } else { program.to_owned() }
    };
    let mut commands = Vec::new();
    if ["gradle.lockfile", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"]
        .iter()
        .any(|name| has(dir, name))
    {
        let gradle = if cfg!(windows) && has(dir, "gradlew.bat") {
            dir.join("gradlew.bat").to_string_lossy().into_owned()
        } else {
            wrapper_or("gradlew", "gradle")
        };
        commands.push(ToolCommand::new(&gradle, &["--console=plain", "--quiet", "dependencies"], dir));
    }
    if has(dir, "pom.xml") {
        let args = ["--batch-mode", "--quiet", "dependency:go-offline"];
        commands.push(ToolCommand::new(&wrapper_or("mvnw", "mvn"), &args, dir));
    }
    commands
}

fn dotnet(dir: &Path) -> Option<ToolCommand> {
    let is_project = fs_err::read_dir(dir).ok()?.flatten().any(|entry| {
        let path = entry.path();
        path.extension()
            .is_some_and(|ending| ["sln", "slnx", "csproj", "fsproj"].iter().any(|e| ending == *e))
    });
    is_project.then(|| ToolCommand::new("dotnet", &["restore"], dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands for a folder of these files.
    fn asked(files: &[(&str, &str)]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs_err::write(dir.path().join(name), text).unwrap();
        }
        install_commands(dir.path()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_lockfile_has_its_command() {
        for (lockfile, text, command) in [
            ("package-lock.json", "", "npm ci"),
            ("npm-shrinkwrap.json", "", "npm ci"),
            ("pnpm-lock.yaml", "", "pnpm install --frozen-lockfile"),
            ("yarn.lock", "# yarn lockfile v1\n", "yarn install --frozen-lockfile"),
            ("yarn.lock", "__metadata:\n  version: 8\n", "yarn install --immutable"),
            ("bun.lock", "", "bun install --frozen-lockfile"),
            ("bun.lockb", "", "bun install --frozen-lockfile"),
            ("Cargo.lock", "", "cargo fetch --locked"),
            ("go.sum", "", "go mod download"),
            ("uv.lock", "", "uv sync --frozen"),
            ("poetry.lock", "", "poetry install --no-interaction"),
            ("Gemfile.lock", "", "BUNDLE_FROZEN=true bundle install"),
            ("composer.lock", "", "composer install --no-interaction"),
            ("mix.lock", "", "mix deps.get --check-locked"),
            ("build.gradle.kts", "", "gradle --console=plain --quiet dependencies"),
            ("pom.xml", "", "mvn --batch-mode --quiet dependency:go-offline"),
            ("packages.lock.json", "", "dotnet restore --locked-mode"),
            ("shop.sln", "", "dotnet restore"),
        ] {
            assert_eq!(asked(&[(lockfile, text)]), [command], "{lockfile}");
        }
        assert!(asked(&[("package.json", "{}"), ("Cargo.toml", "")]).is_empty());
    }

    #[test]
    fn a_folder_is_installed_by_the_nearest_lockfile() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["package-lock.json", "services/checkout/go.sum", "services/checkout/src/a.go", "web/x"] {
            files::replace(&dir.path().join(name), b"").unwrap();
        }
        let paths = ["services/checkout/src", "services/checkout", "web", "gone/away"];
        let paths = paths.map(|path| RepoPath::new(path).unwrap());
        let found = projects(dir.path(), &paths);
        assert_eq!(found, [dir.path().to_owned(), dir.path().join("services/checkout")]);
    }

    #[test]
    fn a_command_is_known_by_the_folder_that_it_fills() {
        let filled = |program: &str| filled_folder(&ToolCommand::new(program, &[], Path::new("/")));
        assert_eq!(filled("pnpm"), Some("node_modules"));
        assert_eq!(filled("/x/.venv/bin/python"), Some(".venv"));
        assert_eq!(filled("cargo"), None);
    }

    #[test]
    fn the_package_manager_field_decides_between_lockfiles() {
        let locks = [("package-lock.json", ""), ("pnpm-lock.yaml", "")];
        let with = |field: &str| {
            let package = format!("{{\"packageManager\": \"{field}\"}}");
            asked(&[locks[0], locks[1], ("package.json", &package)])
        };
        assert_eq!(with("pnpm@9.1.0"), ["pnpm install --frozen-lockfile"]);
        assert_eq!(with("npm@10"), ["npm ci"]);
        assert_eq!(with("yarn@4"), ["npm ci"], "a lockfile that is not there is not made");
        assert_eq!(asked(&locks), ["npm ci"]);
        assert_eq!(asked(&[locks[1], ("package.json", "not JSON")]), ["pnpm install --frozen-lockfile"]);
    }

    #[cfg(unix)]
    #[test]
    fn requirements_go_into_an_environment_of_their_own() {
        assert_eq!(
            asked(&[("requirements.txt", "")]),
            ["python3 -m venv .venv", "./.venv/bin/python -m pip install --requirement requirements.txt"]
        );
        assert_eq!(asked(&[("requirements.txt", ""), ("uv.lock", "")]), ["uv sync --frozen"]);
    }

    #[cfg(unix)]
    #[test]
    fn several_languages_and_a_wrapper_of_the_projects_own() {
        assert_eq!(
            asked(&[("go.sum", ""), ("package-lock.json", ""), ("build.gradle", ""), ("gradlew", "")]),
            ["npm ci", "go mod download", "./gradlew --console=plain --quiet dependencies"]
        );
    }
}
