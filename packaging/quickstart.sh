#!/usr/bin/env bash
# From a fresh clone to the running main job: set-up, build, then the workbench on the sample
# project where there is a display, else the demo on the command line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
packaging/setup.sh program
cmake --preset release -DBUILD_TESTING=OFF >/dev/null
if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    printf '\n== Building\n'
    cmake --build --preset release
    printf '\n== Opening the workbench (build/release/bin/schmidt)\n'
    exec build/release/bin/schmidt "$@"
fi
printf '\n== Building the command line\n'
cmake --build --preset release --target schmidt-cli
printf '\n== No display: running the main job on the command line\n'
build/release/bin/schmidt-cli demo "$@"
printf '\n== Building the window (build/release/bin/schmidt)\n'
cmake --build --preset release
