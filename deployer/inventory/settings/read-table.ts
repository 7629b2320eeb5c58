import { expectedOf, type Spec, type ValueOf } from '../../../agent/contract/spec.ts';
import { describeValue, type Value } from '../value.ts';
import { toBoolean, toInteger, toText, toTexts } from './coerce.ts';
import type { VariableReader } from './variable-reader.ts';

/** A variable's way to a value of its key's type. Throws a RangeError; whether the value fits is not asked here. */
export function converterOf(spec: Spec): (value: Value) => unknown {
  switch (spec.kind) {
    case 'integer':
      return toInteger;
    case 'flag':
      return toBoolean;
    case 'list':
      return toTexts;
    default:
      return toText;
  }
}

/**
 * A variable that has a default, checked. Nothing at all (`~`) is refused: Ansible would not use the default for it.
 * The reader records what is wrong and returns the default.
 */
export function readVariable<S extends Spec & { readonly default: unknown }>(
  reader: VariableReader,
  name: string,
  spec: S,
): ValueOf<S> {
  const read = (value: Value): unknown => {
    const converted = converterOf(spec)(value);
    if (fits(spec, converted)) return converted;
    throw new RangeError(`Expected ${expectedOf(spec)}, found ${describeValue(value)}`);
  };
  const value = reader.refusesNothing(name) ? undefined : reader.read(name, read);
  // The converter of a kind gives that kind's type.
  return (value ?? spec.default) as ValueOf<S>;
}

function fits(spec: Spec, value: unknown): boolean {
  if (spec.kind === 'choice') return spec.choices.some(choice => choice === value);
  if (spec.kind === 'integer') return Number(value) >= spec.min && Number(value) <= spec.max;
  return true;
}
