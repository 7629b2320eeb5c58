import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import schema from '../fixtures/heartbeat.schema.json' with { type: 'json' };

/** One entry of a 422's `detail`, in the form that FastAPI gives it. */
export interface Refusal {
  type: string;
  loc: (string | number)[];
  msg: string;
  input: unknown;
  ctx?: Record<string, unknown>;
}

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

const WRONG_TYPE: Record<string, [type: string, wanted: string]> = {
  string: ['string_type', 'string'],
  integer: ['int_type', 'integer'],
  number: ['float_type', 'number'],
  boolean: ['bool_type', 'boolean'],
  array: ['list_type', 'list'],
  object: ['model_attributes_type', 'dictionary or object to extract fields from'],
};

/** Everything for which the hub refuses this beat, empty when it accepts it. */
export function refusalsOf(body: unknown): Refusal[] {
  return validate(body) ? [] : (validate.errors ?? []).map(refusal);
}

function refusal(error: ErrorObject): Refusal {
  const loc = ['body', ...pathOf(error.instancePath)];
  const { params, data: input } = error;
  switch (error.keyword) {
    case 'required':
      return {
        type: 'missing',
        loc: [...loc, String(params['missingProperty'])],
        msg: 'Field required',
        input,
      };
    case 'minimum':
    case 'maximum':
      return bound(error.keyword, loc, params['limit'], input);
    case 'minLength':
    case 'maxLength':
      return length(error.keyword, loc, Number(params['limit']), input);
    case 'pattern':
      return {
        type: 'string_pattern_mismatch',
        loc,
        msg: `String should match pattern '${params['pattern']}'`,
        input,
        ctx: { pattern: params['pattern'] },
      };
    case 'enum':
      return literal(loc, params['allowedValues'], input);
    case 'format':
      return {
        type: 'datetime_from_date_parsing',
        loc,
        msg: 'Input should be a valid datetime or date, input is too short',
        input,
        ctx: { error: 'input is too short' },
      };
    default:
      return wrongType(loc, params['type'], input);
  }
}

function bound(keyword: string, loc: Refusal['loc'], limit: unknown, input: unknown): Refusal {
  return keyword === 'minimum'
    ? {
        type: 'greater_than_equal',
        loc,
        msg: `Input should be greater than or equal to ${limit}`,
        input,
        ctx: { ge: limit },
      }
    : {
        type: 'less_than_equal',
        loc,
        msg: `Input should be less than or equal to ${limit}`,
        input,
        ctx: { le: limit },
      };
}

function length(keyword: string, loc: Refusal['loc'], limit: number, input: unknown): Refusal {
  const characters = limit === 1 ? 'character' : 'characters';
  return keyword === 'minLength'
    ? {
        type: 'string_too_short',
        loc,
        msg: `String should have at least ${limit} ${characters}`,
        input,
        ctx: { min_length: limit },
      }
    : {
        type: 'string_too_long',
        loc,
        msg: `String should have at most ${limit} ${characters}`,
        input,
        ctx: { max_length: limit },
      };
}

function literal(loc: Refusal['loc'], allowed: unknown, input: unknown): Refusal {
  const values = (Array.isArray(allowed) ? allowed : [])
    .filter(value => value !== null)
    .map(value => `'${value}'`);
  const expected = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return {
    type: 'literal_error',
    loc,
    msg: `Input should be ${expected}`,
    input,
    ctx: { expected },
  };
}

function wrongType(loc: Refusal['loc'], types: unknown, input: unknown): Refusal {
  const wanted = (Array.isArray(types) ? types : [types]).find(type => type !== 'null');
  if (wanted === 'integer' && typeof input === 'number') {
    const msg = 'Input should be a valid integer, got a number with a fractional part';
    return { type: 'int_from_float', loc, msg, input };
  }
  const [type, words] = WRONG_TYPE[String(wanted)] ?? ['value_error', String(wanted)];
  return { type, loc, msg: `Input should be a valid ${words}`, input };
}

/** `/services/0/name` → `['services', 0, 'name']`. */
function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map(step =>
      /^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~'),
    );
}
