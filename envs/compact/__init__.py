"""Learning without pixels: what a navigation policy needs, in one flat vector, and a camera that aims itself."""
