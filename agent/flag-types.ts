import { isIP } from 'node:net';
import { LIMITS } from '../timeline/contract/limits.ts';
import { clusterName } from '../timeline/contract/primitives.ts';
import { type Flag, Wrong } from './flags.ts';

/** The flags that programs share, each made with its help. */

export function clusterFlag(help: string): Flag<string> {
  return {
    value: 'NAME',
    help,
    parse: (text) =>
      clusterName.safeParse(text).success
        ? text
        : new Wrong(
            'is no cluster name; give 1 to 63 of a-z, 0-9, - and ., with a letter or digit at both ends',
          ),
  };
}

export function apiFlag(help: string): Flag<URL> {
  return {
    value: 'URL',
    help,
    parse: (text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
        return new Wrong('is no address of an API; give one such as http://127.0.0.1:8080');
      }
      if (url.search !== '' || url.hash !== '')
        return new Wrong('has a query or a fragment; give it without');
      if (url.username !== '' || url.password !== '') {
        return new Wrong('holds a password, which others can see; give a token with --token-file');
      }
      return url;
    },
  };
}

export function pathFlag(help: string, value = 'PATH'): Flag<string> {
  return {
    value,
    help,
    parse: (text) => (text === '' ? new Wrong('is empty; give the path of a file') : text),
  };
}

export function choiceFlag<const T extends string>(choices: readonly T[], help: string): Flag<T> {
  return {
    value: choices.join('|'),
    help,
    parse: (text) =>
      choices.find((choice) => choice === text) ??
      new Wrong(`is not possible here; give ${choices.join(' or ')}`),
  };
}

export function bytesFlag(min: number, help: string): Flag<number> {
  return {
    value: 'N',
    help,
    parse: (text) => {
      const bytes = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return bytes >= min
        ? bytes
        : new Wrong(`is no number of bytes that would do; give ${min} or more, in digits`);
    },
  };
}

export function countFlag(min: number, max: number, help: string): Flag<number> {
  return {
    value: 'N',
    help,
    parse: (text) =>
      /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max
        ? Number(text)
        : new Wrong(`is no number that would do; give ${min} to ${max}`),
  };
}

export function portFlag(help: string): Flag<number> {
  return {
    value: 'N',
    help,
    parse: (text) =>
      /^\d{1,5}$/.test(text) && Number(text) <= 65_535
        ? Number(text)
        : new Wrong('is no port; give 1 to 65535, or 0 for none'),
  };
}

/** An address of this machine to listen at. */
export function hostFlag(help: string): Flag<string> {
  return {
    value: 'ADDRESS',
    help,
    parse: (text) =>
      isIP(text) === 0
        ? new Wrong('is no IP address; give one such as 127.0.0.1, or 0.0.0.0 or :: for all')
        : text,
  };
}

export function secondsFlag(max: number, help: string): Flag<number> {
  return {
    value: 'N',
    help,
    parse: (text) => {
      const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
      return seconds >= 1 && seconds <= max
        ? seconds
        : new Wrong(`is no number of seconds that would do; give 1 to ${max}`);
    },
  };
}

/** `NAMESPACE/NAME` of a Lease, which become part of a path. */
export function leaseFlag(help: string): Flag<{ readonly namespace: string; readonly name: string }> {
  const isName = (text: string) =>
    text.length <= LIMITS.nameLength && /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(text);
  return {
    value: 'NAMESPACE/NAME',
    help,
    parse: (text) => {
      const [namespace = '', name = '', ...more] = text.split('/');
      return isName(namespace) && isName(name) && more.length === 0
        ? { namespace, name }
        : new Wrong('is no lease; give its namespace and name, such as podlapse/agent-leader');
    },
  };
}

/** A node's name, which becomes part of a field selector. */
export function nodeNameFlag(help: string): Flag<string> {
  return {
    value: 'NAME',
    help,
    parse: (text) =>
      text.length <= LIMITS.nameLength && /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(text)
        ? text
        : new Wrong('is no node name; give it as "kubectl get nodes" prints it'),
  };
}
