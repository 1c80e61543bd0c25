"""
What the encoder must answer, computed by other programs: Hugging Face's own tokenizers, and either numpy on the weights as they
were published, or onnxruntime on the same ONNX file. Reads one JSON object from standard input and writes one.

{"folder", "by": "numpy" | FILE_IN_ONNX, "texts"} -> {"embeddings": [[...]]}
{"folder", "by": "tokens", "texts"}               -> {"tokens": [[[token, start, end], ...]]}   in code points
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

erf = np.frompyfunc(math.erf, 1, 1)


def weights_in(path: Path) -> dict[str, np.ndarray]:
    data = path.read_bytes()
    header = int.from_bytes(data[:8], "little")
    tensors = json.loads(data[8 : 8 + header])
    return {
        name: np.frombuffer(data, np.float32, math.prod(entry["shape"]), 8 + header + entry["data_offsets"][0]).reshape(entry["shape"])
        for name, entry in tensors.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


def bert(config: dict, weights: dict[str, np.ndarray]):
    """Hidden states of one row of ids, in 64-bit floats: a textbook BERT, one sequence at a time, so that nothing is padded."""
    heads = config["num_attention_heads"]

    def linear(x, name):
        return x @ weights[f"{name}.weight"].T.astype(np.float64) + weights[f"{name}.bias"]

    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def split(x):
        return x.reshape(len(x), heads, -1).transpose(1, 0, 2)

    def states(ids: list[int]) -> np.ndarray:
        x = (
            weights["embeddings.word_embeddings.weight"][ids].astype(np.float64)
            + weights["embeddings.token_type_embeddings.weight"][0]
            + weights["embeddings.position_embeddings.weight"][: len(ids)]
        )
        x = norm(x, "embeddings.LayerNorm")
        for layer in range(config["num_hidden_layers"]):
            name = f"encoder.layer.{layer}"
            query, key, value = (split(linear(x, f"{name}.attention.self.{part}")) for part in ("query", "key", "value"))
            scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
            share = np.exp(scores - scores.max(-1, keepdims=True))
            share /= share.sum(-1, keepdims=True)
            mixed = (share @ value).transpose(1, 0, 2).reshape(len(ids), -1)
            x = norm(x + linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
            wide = linear(x, f"{name}.intermediate.dense")
            gelu = wide * 0.5 * (1 + erf(wide / math.sqrt(2)).astype(np.float64))
            x = norm(x + linear(gelu, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        return x

    return states


def onnx(path: Path):
    """Hidden states of one row of ids from an ONNX file, one sequence at a time."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def states(ids: list[int]) -> np.ndarray:
        row = np.array([ids], dtype=np.int64)
        feeds = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        return session.run(["last_hidden_state"], feeds)[0][0].astype(np.float64)

    return states


def main(question: dict) -> dict:
    folder = Path(question["folder"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if question["by"] == "tokens":
        encoded = [tokenizer.encode(text, add_special_tokens=False) for text in question["texts"]]
        return {"tokens": [[[token, *span] for token, span in zip(one.tokens, one.offsets)] for one in encoded]}
    if question["by"] == "numpy":
        states = bert(json.loads((folder / "config.json").read_text()), weights_in(folder / "model.safetensors"))
    else:
        states = onnx(folder / "onnx" / question["by"])
    means = [states(tokenizer.encode(text).ids).mean(0) for text in question["texts"]]
    return {"embeddings": [(mean / np.linalg.norm(mean)).tolist() for mean in means]}


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
