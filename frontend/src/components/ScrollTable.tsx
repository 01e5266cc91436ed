import type { ReactNode } from 'react';

/** A table that may be wider than the window: it is moved by finger or by the arrow keys. */
export function ScrollTable({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="table-responsive" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
