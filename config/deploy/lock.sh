#!/usr/bin/env bash
# Lock the newest versions that pyproject.toml and package.json allow, with hashes and without download addresses.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ -x var/lock/bin/uv ] || { .venv/bin/python -m venv var/lock && var/lock/bin/python -m pip install --quiet uv; }
UPGRADE="${UPGRADE---upgrade}"  # UPGRADE= make lock: only what changed in pyproject.toml
compile() {
  var/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate "$@" pyproject.toml
}
compile $UPGRADE -o requirements/base.txt
compile $UPGRADE -c requirements/base.txt --extra embedded -o requirements/embedded.txt
compile $UPGRADE -c requirements/embedded.txt --extra embedded --extra dev -o requirements/dev.txt
npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error
