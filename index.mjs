import pwp from './index.js';

export const Wire = pwp;
export const { connect, createServer } = pwp;
export default pwp;
