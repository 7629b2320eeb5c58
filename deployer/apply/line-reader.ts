import { StringDecoder } from 'node:string_decoder';

/** Turns chunks into whole lines, as they come; a character that is split between two chunks stays whole. */
export function lineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return chunk => {
    const lines = `${rest}${decoder.write(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
