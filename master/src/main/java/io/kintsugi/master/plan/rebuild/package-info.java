/** The metadata made again from what datanodes keep of it: answers merged one by one, in any order, and the plan that follows (decision 0014). */
package io.kintsugi.master.plan.rebuild;
