/**
 * Fills the `{{slots}}` of a template in one pass, so that a value that looks like a slot stays text. A slot without a
 * value is a mistake of ours, and throws.
 */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{([a-z_]+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the prompt's slot {{${name}}} has no value`)
    return value
  })

/**
 * Data between tags. Whatever is inside is material, not instruction, and cannot close its own fence: in JSON, `<` is written
 * as an escape that means the same; elsewhere a closing tag is broken up.
 */
export const fence = (tag: string, text: string): string => `<${tag}>\n${text.replaceAll("</", "<\\/")}\n</${tag}>`

export const fencedJson = (tag: string, value: unknown): string =>
  `<${tag}>\n${JSON.stringify(value, null, 1).replaceAll("<", "\\u003c")}\n</${tag}>`
