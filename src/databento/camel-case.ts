/** `last_modified_date` as `lastModifiedDate`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** An object with its own names in camelCase; what lies deeper is left alone, as its keys may be data. */
export type CamelCased<Value> = { readonly [Name in keyof Value & string as CamelCase<Name>]: Value[Name] };

/** Renames the keys of an object of the service. */
export function camelCased<Value extends object>(value: Value): CamelCased<Value> {
  const entries = Object.entries(value).map(([name, each]) => [camelCase(name), each]);
  return Object.fromEntries(entries) as CamelCased<Value>;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
