import Keeper
print(1)
