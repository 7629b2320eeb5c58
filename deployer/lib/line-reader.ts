import { StringDecoder } from 'node:string_decoder';

/** Characters of one line; the rest of a longer one is dropped, so that output without a line end costs no memory. */
const MAX_LINE = 64 * 1024;

/** Turns chunks into whole lines, as they come; a character that is split between two chunks stays whole. */
export function lineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return chunk => {
    const [first = '', ...lines] = decoder.write(chunk).split('\n');
    if (rest.length < MAX_LINE) rest = (rest + first).slice(0, MAX_LINE);
    for (const line of lines) {
      onLine(rest);
      rest = line.slice(0, MAX_LINE);
    }
  };
}
