import 'i18next';
import type { Text } from './id';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Text };
  }
}
