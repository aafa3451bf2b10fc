'use client';

import './globals.css';

/** The last resort, when even the root layout failed: no providers stand here, so it says its two sentences in both languages. */
export default function GlobalError({ reset }: { readonly reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto max-w-160 px-5 py-16">
          <h1 className="text-xl">Zoodeck failed to show this page</h1>
          <p className="mt-2 text-ink-2">The console’s log holds the cause.</p>
          <p lang="zh-CN" className="mt-2 text-ink-2">
            页面无法显示，原因请查看控制台日志。
          </p>
          <button
            type="button"
            onClick={reset}
            className="mt-4 h-7 rounded-base border border-line-strong bg-surface px-2.5 font-medium"
          >
            Try again · 重试
          </button>
        </main>
      </body>
    </html>
  );
}
