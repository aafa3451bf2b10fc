/**
 * Preloaded into the bundled server's process: when the process that started it is gone, however it went, the channel
 * between them closes and the server stops as on SIGTERM. A server nobody knows of would hold its port and its data.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
