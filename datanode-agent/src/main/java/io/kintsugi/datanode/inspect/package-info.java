/** Looks at what lies on disks while no datanode runs on them, and changes nothing. */
package io.kintsugi.datanode.inspect;
