import { Layer } from "effect"
import { Duck } from "../../datasets/duck.ts"
import { localModelsLayer } from "../../models/capabilities/local-models.ts"

/** What a phase may ask of the house beside chat models and tables, with nothing configured. */
export const lexicalHouse = Layer.merge(Duck.layer(), localModelsLayer({ models: {}, keys: () => undefined }))
