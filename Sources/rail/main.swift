print("rail")
