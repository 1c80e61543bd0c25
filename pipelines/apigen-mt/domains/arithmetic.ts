/** The longest expression that is read: far beyond any sum in a conversation, and shallow enough to read recursively. */
const longest = 1000

/**
 * The value of an expression of numbers, `+ - * /` and brackets, with the usual precedence. Read by descent over the
 * text: nothing is ever evaluated as code. Throws on any other character, on a malformed expression, on a division by
 * zero and on a result that is not finite.
 */
export const evaluate = (expression: string): number => {
  if (expression.length > longest) throw new Error(`the expression is longer than ${longest} characters`)
  if (!/^[0-9+\-*/(). ]*$/.test(expression)) throw new Error("the expression holds characters that it may not hold")
  let position = 0

  const peek = (): string => {
    while (expression[position] === " ") position++
    return expression[position] ?? ""
  }

  const number = (): number => {
    peek()
    const match = /^(?:\d+\.?\d*|\.\d+)/.exec(expression.slice(position))
    if (match === null) {
      const found = peek()
      throw new Error(found === "" ? "the expression ends too early" : `"${found}" stands where a number should`)
    }
    position += match[0].length
    return Number(match[0])
  }

  const factor = (): number => {
    const sign = peek()
    if (sign === "-" || sign === "+") {
      position++
      return sign === "-" ? -factor() : factor()
    }
    if (sign !== "(") return number()
    position++
    const value = sum()
    if (peek() !== ")") throw new Error("a bracket is not closed")
    position++
    return value
  }

  const product = (): number => {
    let value = factor()
    for (let sign = peek(); sign === "*" || sign === "/"; sign = peek()) {
      position++
      const right = factor()
      if (sign === "/" && right === 0) throw new Error("division by zero")
      value = sign === "*" ? value * right : value / right
    }
    return value
  }

  const sum = (): number => {
    let value = product()
    for (let sign = peek(); sign === "+" || sign === "-"; sign = peek()) {
      position++
      value = sign === "+" ? value + product() : value - product()
    }
    return value
  }

  const value = sum()
  if (peek() !== "") throw new Error(`"${peek()}" stands where the expression should end`)
  if (!Number.isFinite(value)) throw new Error("the result is not a finite number")
  return value
}
