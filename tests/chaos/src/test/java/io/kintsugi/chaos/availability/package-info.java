/** What is served and what is kept while datanodes are lost, return and change roles: docs/operate/high-availability.md, with processes. */
package io.kintsugi.chaos.availability;
