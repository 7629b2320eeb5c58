import {
  type HubCause,
  type HubErrorContext,
  type HubSettings,
  hubErrorWords,
} from '../contract/hub-errors.ts';
import {
  causeOfReply,
  field,
  type HubReply,
  type Place,
  parse,
  placesIn,
} from '../contract/hub-reply.ts';
import { causeOfError } from '../contract/network-errors.ts';

/** The outcome of one POST. `words` say what is wrong and what to do. */
export type Outcome =
  | {
      readonly kind: 'delivered';
      readonly registered: boolean;
      /** What the hub rejected of the beat, which it then accepted without it. */
      readonly rejected?: string;
    }
  /** 401, 403, 409: a retry would have the same outcome. */
  | { readonly kind: 'refused'; readonly cause: HubCause; readonly words: string }
  /** 422: the hub rejects what is at these places of the beat. */
  | {
      readonly kind: 'invalid';
      readonly cause: HubCause;
      readonly places: Place[];
      readonly words: string;
    }
  /** No hub, or one with an error, or something that is not the hub. `answered` if there was any reply. */
  | {
      readonly kind: 'failed';
      readonly answered: boolean;
      readonly cause: HubCause;
      readonly words: string;
    };

type About = Pick<HubErrorContext, 'url' | 'settings'>;

/** The agent's own names of the settings that concern the hub. */
export function settingsFor(config: { readonly api_token?: string | undefined }): HubSettings {
  return {
    hubUrl: 'hub_url',
    caFile: 'ca_file',
    serverGuid: 'server_guid',
    credential: config.api_token === undefined ? 'api_key' : 'the pair api_token and server_guid',
  };
}

/** Reads the reply of the hub, or of a proxy before it. */
export function outcomeOf(reply: HubReply, about: About): Outcome {
  const body = parse(reply.body);
  if (reply.status === 200 && field(body, 'status') === 'ok') {
    return { kind: 'delivered', registered: field(body, 'server_registered') === true };
  }
  const cause = causeOfReply(reply);
  const words = hubErrorWords(cause, { ...about, reply });
  if (cause === 'rejected') return { kind: 'invalid', cause, places: placesIn(reply) ?? [], words };
  if (cause === 'unauthorized' || cause === 'forbidden' || cause === 'conflict') {
    return { kind: 'refused', cause, words };
  }
  return { kind: 'failed', answered: true, cause, words };
}

/** The outcome of a request without a reply. */
export function failureOf(error: unknown, about: About): Outcome {
  const { cause, code } = causeOfError(error);
  return {
    kind: 'failed',
    answered: false,
    cause,
    words: hubErrorWords(cause, { ...about, code }),
  };
}
