export { describeDatastore } from './contract';
export { makeJob, makeNode, makeShipment, makeTask, newId, storeJob, storeJobs } from './factories';
