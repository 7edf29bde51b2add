import pwp from './index.js';

export const Wire = pwp;
export default pwp;
