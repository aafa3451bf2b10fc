import {
  Activity,
  Gauge,
  ChartLine,
  FolderTree,
  History,
  LayoutDashboard,
  Lock,
  Scale,
  Search,
  SquareTerminal,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { pagePaths } from '@/lib/queries/paths';

export type PageName =
  | 'overview'
  | 'ensemble'
  | 'tree'
  | 'live'
  | 'sessions'
  | 'locks'
  | 'metrics'
  | 'commands'
  | 'history'
  | 'search'
  | 'console';

/** The pages of a cluster in the order of the rail; `key` follows `g` on the keyboard. */
export const pages: readonly {
  readonly name: PageName;
  readonly icon: LucideIcon;
  readonly key: string;
  readonly href: (cluster: string) => string;
}[] = [
  { name: 'overview', icon: LayoutDashboard, key: 'o', href: pagePaths.overview },
  { name: 'ensemble', icon: Scale, key: 'e', href: pagePaths.ensemble },
  { name: 'tree', icon: FolderTree, key: 't', href: (cluster) => pagePaths.tree(cluster) },
  { name: 'search', icon: Search, key: 'f', href: (cluster) => pagePaths.search(cluster) },
  { name: 'live', icon: Activity, key: 'l', href: (cluster) => pagePaths.live(cluster) },
  { name: 'sessions', icon: Users, key: 's', href: (cluster) => pagePaths.sessions(cluster) },
  { name: 'locks', icon: Lock, key: 'k', href: (cluster) => pagePaths.locks(cluster) },
  { name: 'metrics', icon: ChartLine, key: 'm', href: (cluster) => pagePaths.metrics(cluster) },
  { name: 'commands', icon: SquareTerminal, key: 'c', href: (cluster) => pagePaths.commands(cluster) },
  { name: 'history', icon: History, key: 'h', href: (cluster) => pagePaths.history(cluster) },
  { name: 'console', icon: Gauge, key: 'd', href: (cluster) => pagePaths.console(cluster) },
];
