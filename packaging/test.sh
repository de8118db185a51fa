#!/usr/bin/env bash
# Sets up, builds with warnings as errors and runs every test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
packaging/setup.sh
cmake --preset release
cmake --build --preset release
ctest --test-dir build/release --output-on-failure --parallel "$(nproc)" "$@"
