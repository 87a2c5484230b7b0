"""The console door: pages where a person sees the chart, runs a service, reads its evidence and decides."""
