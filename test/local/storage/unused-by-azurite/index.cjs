// Stands in for what Azurite 3.37 depends on and nothing here uses: telemetry, which is off, and SQL databases, which
// it does not keep its data in. Those are 250 packages, a hundred megabytes, and half a second of each start.
