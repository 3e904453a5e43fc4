"""What is measured along the camera's axis but makes no picture: sound, gas, vibration, instruments."""
