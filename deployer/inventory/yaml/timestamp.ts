/** A date or a point in time that YAML 1.1 read out of an unquoted scalar. None of our variables is one. */
export class Timestamp {
  /** As Python's isoformat() and so Ansible's JSON shows it. */
  readonly iso: string;

  constructor(iso: string) {
    this.iso = iso;
  }
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?$/;

/**
 * YAML 1.1's implicit timestamps, such as `2024-01-02` and `2001-12-14t21:59:43.10-05:00`.
 * Undefined when the text is none; a RangeError when it looks like one but names no day or time that exists.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const date = DATE.exec(text);
  if (date !== null) return new Timestamp(isoDate(date[1], date[2], date[3]));
  const time = TIME.exec(text);
  if (time === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone, sign, zoneHour, zoneMinute] =
    time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw noSuch(text);
  let iso = `${isoDate(year, month, day)}T${pad(hour)}:${pad(minute)}:${pad(second)}`;
  const micro = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  if (Number(micro) !== 0) iso += `.${micro}`;
  if (zone === 'Z') return new Timestamp(`${iso}+00:00`);
  if (zone === undefined) return new Timestamp(iso);
  const minutes = Number(zoneHour) * 60 + Number(zoneMinute ?? 0);
  if (minutes >= 24 * 60) throw noSuch(text);
  const offset = `${pad(String(Math.trunc(minutes / 60)))}:${pad(String(minutes % 60))}`;
  return new Timestamp(`${iso}${sign === '-' && minutes > 0 ? '-' : '+'}${offset}`);
}

function isoDate(year = '', month = '', day = ''): string {
  const text = `${year}-${pad(month)}-${pad(day)}`;
  const date = new Date(`${text}T00:00:00Z`);
  // Date rolls 30 February over to March; Python refuses it, and the year 0 too.
  if (year === '0000' || Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) {
    throw noSuch(text);
  }
  return text;
}

function pad(digits = ''): string {
  return digits.padStart(2, '0');
}

function noSuch(text: string): RangeError {
  return new RangeError(`Expected a date that exists, found ${text}: quote it if it is a text`);
}
