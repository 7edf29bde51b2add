// biome-ignore-all lint/correctness/noUnusedImports: importing is what must fail
// biome-ignore-all lint/correctness/noUnusedVariables: a name given to a type is a use of it
// biome-ignore-all lint/correctness/noUnusedFunctionParameters: for the same reason
// What must not compile, by ES modules.

import pwp, { Wire } from 'peer-wire-protocol-native';
import type { Options } from 'peer-wire-protocol-native';

// @ts-expect-error no such export
import { choke } from 'peer-wire-protocol-native';
// @ts-expect-error nothing but the entry is exported
import native from 'peer-wire-protocol-native/lib/native.js';

// @ts-expect-error no such option
const options: Options = { timeout: 5 };
// @ts-expect-error a number
Wire({ speed: '5' });
// @ts-expect-error a number
new Wire().have('3');
// @ts-expect-error a wire is not its constructor
const wire: Wire = pwp;
// @ts-expect-error an index
pwp().on('have', (index: string) => {});
