// @vitest-environment node
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';

const here = (name: string) => new URL(name, import.meta.url);

it('is what openapi.json says: npm run types', async () => {
  const description = JSON.parse(await readFile(fileURLToPath(here('./openapi.json')), 'utf8'));
  const generated = COMMENT_HEADER + astToString(await openapiTS(description));
  expect(await readFile(fileURLToPath(here('./schema.ts')), 'utf8')).toBe(generated);
});
