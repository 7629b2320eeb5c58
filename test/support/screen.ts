const ESCAPE = '\u001b';
/** A control sequence such as `ESC [ 2 K`, or one character. */
const TOKEN = new RegExp(`${ESCAPE}\\[([?\\d;]*)([A-Za-z])|.`, 'gs');

/** Enough of a terminal to know what a person sees: lines, and the few movements that a redrawing program makes. */
export class Screen {
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  /** Takes a program's output, colours and all. */
  write(text: string): void {
    for (const [token, parameters = '', command] of text.matchAll(TOKEN)) {
      if (command !== undefined) this.#control(command, parameters);
      else if (token === '\n') this.#moveTo(this.#row + 1, this.#column);
      else if (token === '\r') this.#column = 0;
      else this.#put(token);
    }
  }

  /** The lines as they stand, without what nothing was written to. */
  text(): string {
    return this.#lines
      .map(line => line.trimEnd())
      .join('\n')
      .trim();
  }

  #put(character: string): void {
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] =
      `${line.slice(0, this.#column)}${character}${line.slice(this.#column + 1)}`;
    this.#column++;
  }

  #control(command: string, parameters: string): void {
    const count = Number(parameters) || 1;
    if (command === 'A') this.#moveTo(Math.max(0, this.#row - count), this.#column);
    else if (command === 'B') this.#moveTo(this.#row + count, this.#column);
    else if (command === 'G') this.#column = count - 1;
    else if (command === 'K') this.#erase(parameters === '2' ? 0 : this.#column);
    else if (command === 'J') this.#lines.length = this.#row + 1;
  }

  #erase(from: number): void {
    this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, from);
  }

  #moveTo(row: number, column: number): void {
    while (this.#lines.length <= row) this.#lines.push('');
    this.#row = row;
    this.#column = column;
  }
}
