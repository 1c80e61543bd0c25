// Copy this file to the root of the checkout as dialoom.config.ts and change the import to "./schemas/config.ts".
import { defineConfig } from "../../schemas/config.ts"

export default defineConfig({
  // Where datasets land, relative to the working folder.
  outputs: "outputs",

  models: {
    // One model on two servers of your own: calls go to the one that is less busy.
    local: {
      provider: "openai",
      model: "qwen3-32b",
      baseUrls: ["http://127.0.0.1:8000/v1", "http://127.0.0.1:8001/v1"],
      concurrency: 64,
      price: { input: 0, cachedInput: 0, output: 0 }
    },
    // A hosted model. The key is read from the environment variable OPENAI_API_KEY, never from this file.
    hosted: {
      provider: "openai",
      model: "gpt-4.1-mini",
      baseUrls: ["https://api.openai.com/v1"],
      apiKeyEnv: "OPENAI_API_KEY",
      concurrency: 32,
      requestsPerMinute: 500,
      tokensPerMinute: 200_000
    },
    // A server that knows no JSON Schema mode.
    plain: {
      provider: "openai",
      model: "gemma-3-270m",
      baseUrls: ["http://127.0.0.1:8002/v1"],
      structured: "prompt",
      timeoutMillis: 120_000
    }
  },

  // Which model speaks for which role; `default` for all that are not named.
  roles: {
    default: "local",
    // The second seat of the committee is of another family than the rest.
    "reviewer-2": "hosted"
  },

  // Local models of filters and of `curate`; roles that are not named have the lexical ones.
  localModels: {
    embedding: { provider: "onnx", model: ".models/all-minilm-l6-v2", dtype: "fp16" },
    toxicity: {
      provider: "vllm",
      model: "org/toxicity-base",
      baseUrl: "http://127.0.0.1:8003",
      // In the order of the model's own config.json: vLLM names only the most probable class.
      labels: ["neutral", "toxic"]
    }
  },

  // Knobs of a pipeline, as `generate apigen-mt --show-config` prints them.
  pipelines: {
    "apigen-mt": {
      bestOfN: 2,
      temperatures: { human: 0.9 }
    }
  }
})
