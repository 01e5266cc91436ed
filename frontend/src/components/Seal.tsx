import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Summary } from '../api/types';
import { formatTime } from '../format/dates';
import { forget, recall, type Recollection } from '../proof/memory';

/** The tree head, and whether it continues what this device has seen. */
export function Seal({ summary }: { readonly summary: Summary }) {
  const { t, i18n } = useTranslation();
  const { tree_head: head, entries, last_block: block } = summary;
  const provisional = entries.total - entries.final;
  return (
    <section className="card" aria-labelledby="seal">
      <div className="card-body">
        <h2 id="seal" className="h5">
          {t('home.seal')}
        </h2>
        {head.size === 0 ? (
          <p className="mb-0">{t('home.sealEmpty')}</p>
        ) : (
          <>
            <p>{t('home.sealLead', { count: head.size })}</p>
            <div className="small text-body-secondary">{t('home.fingerprint')}</div>
            <p className="fingerprint">{head.root}</p>
            <Memory size={head.size} root={head.root} />
          </>
        )}
        <p className="small text-body-secondary mb-0 mt-3">
          {t('home.lastBlock')}: {block.number}, {formatTime(block.time, i18n.language)}
          {provisional > 0 && ` · ${t('home.provisional', { count: provisional })}`}
        </p>
      </div>
    </section>
  );
}

const LOOK = { first: 'text-body-secondary', same: 'text-success-emphasis', behind: 'text-warning-emphasis', broken: 'text-danger-emphasis' };

/** Says nothing while it calculates, or where the device cannot. */
function Memory({ size, root }: { readonly size: number; readonly root: string }) {
  const { t } = useTranslation();
  const [found, setFound] = useState<Recollection | null>(null);

  useEffect(() => {
    let current = true;
    recall({ size, root }).then(
      (recollection) => current && setFound(recollection),
      () => current && setFound(null),
    );
    return () => {
      current = false;
    };
  }, [size, root]);

  if (!found) return null;
  return (
    <div role={found.continuity === 'broken' ? 'alert' : 'status'}>
      <p className={`small mb-0 fw-semibold ${LOOK[found.continuity]}`}>
        {t(`memory.${found.continuity}`, { size: found.size })}
      </p>
      {(found.continuity === 'broken' || found.continuity === 'behind') && (
        <button
          type="button"
          className="btn btn-sm btn-quiet mt-2"
          onClick={() => {
            forget();
            setFound(null);
          }}
        >
          {t('memory.forget')}
        </button>
      )}
    </div>
  );
}
