import type { IncomingMessage } from 'node:http';
import { json, type Reply, replyOf } from './hub-faults.ts';

export interface ReadBody {
  text: string;
  /** The parsed body, undefined when it is no JSON. */
  json?: unknown;
  /** The reply to a body that never reaches the endpoint. */
  refusal?: Reply;
}

const MAX_BYTES = 16 * 1024 * 1024;
const INT64_END = 2 ** 63;

/** Reads a request's body and judges it as the hub's framework does, before any endpoint sees it. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MAX_BYTES) throw new Error('The body is larger than any beat');
    chunks.push(bytes);
  }
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  if (size === 0) return { text, refusal: refusal('missing', 'Field required', null) };
  if (!isJsonType(request.headers['content-type'])) {
    const msg = 'Input should be a valid dictionary or object to extract fields from';
    return { text, refusal: refusal('model_attributes_type', msg, text) };
  }
  // Not UTF-8 (a gzip body): the framework fails to decode it.
  if (!bytes.equals(Buffer.from(text, 'utf8'))) return { text, ...withReply('400') };
  return parse(text);
}

function parse(text: string): ReadBody {
  try {
    const body: unknown = JSON.parse(text);
    // The database holds 64-bit integers; one beyond them is not caught by the validation.
    return hasHugeInteger(body) ? { text, json: body, ...withReply('500') } : { text, json: body };
  } catch {
    // Python reads NaN and Infinity where JSON has none, and fails only when it stores them.
    if (readsWithoutNan(text)) return { text, ...withReply('500') };
    return { text, refusal: refusal('json_invalid', 'JSON decode error', {}) };
  }
}

function withReply(kind: string): { refusal?: Reply } {
  const reply = replyOf(kind);
  return reply === undefined ? {} : { refusal: reply };
}

function refusal(type: string, msg: string, input: unknown): Reply {
  return json(422, { detail: [{ type, loc: ['body'], msg, input }] });
}

function isJsonType(header: string | undefined): boolean {
  const type = (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || /^application\/[^/]+\+json$/.test(type);
}

function readsWithoutNan(text: string): boolean {
  const without = text.replace(/(?<=[:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, '0');
  if (without === text) return false;
  try {
    JSON.parse(without);
    return true;
  } catch {
    return false;
  }
}

function hasHugeInteger(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) > INT64_END;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasHugeInteger);
}
